-- Compiled for warehouse/mended.py: the rows of a model kept by this that a build does again.
{{ is_done_again('region_id') }}
