"""What a number means, who is asking, and where a person can be reached."""
