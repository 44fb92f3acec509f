"""The fictional world: facts as data, phrases as data, and the composer that turns both into reports and truth."""
