"""The pages of matching: the queue of pairs, one pair side by side, any two compared."""
