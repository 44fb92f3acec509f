-- Compiled for warehouse/mended.py: the batches of what is kept by this, in their order.
{{ batches_by('report_id') }}
