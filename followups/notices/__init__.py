"""What people are told, and when; how it leaves the product. Writing and sending are separate steps."""
