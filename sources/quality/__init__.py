"""How often the tables are wrong: intervals, the card that ships with every release, audits of a home."""
