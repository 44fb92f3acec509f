"""`baogao dashboard`: looking at a published release in a browser.

What belongs here: the release that is shown (``store``), SQL over its marts (``queries``, ``evidence``), charts, the
words (``texts``), downloads, and the Streamlit pages that put them together. What does not: rules about what a value
means (they are in the warehouse), and Dagster, which nothing here imports. Readers open only ``published/``,
read-only and by the folder of a release, which is never written again, so that a release can be replaced underneath.
"""
