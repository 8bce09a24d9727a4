"""The pages of deals, companies, to-dos and rules."""
