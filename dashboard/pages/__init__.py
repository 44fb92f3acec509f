"""The pages, one module each with a `show(view)`; `parts` and `proof` are what several of them draw."""
