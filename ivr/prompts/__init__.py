"""What callers hear: texts, spoken or recorded, and music."""
