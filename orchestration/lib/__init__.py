"""What the hops and the command line share. Modules here say in their docstring whether they may import Dagster."""
