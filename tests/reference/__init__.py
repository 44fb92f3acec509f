"""Reference facts, and what follows from them: first runs, the error card's counts, the model of doubt."""
