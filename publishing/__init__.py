"""What should each target hold, and does it?"""
