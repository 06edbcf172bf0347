"""How results are shown: one way for each medium to put in what came from outside, so that it is only ever shown."""
