"""A fifth domain, and what it takes to have one: a module, two lines, a migration, a sample."""
