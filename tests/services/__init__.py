"""The services a test run needs: found where they run already, else started and stopped."""
