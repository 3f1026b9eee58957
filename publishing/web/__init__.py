"""The pages of publishing: did it arrive, why not, what now; and what each target knows."""
