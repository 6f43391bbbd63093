"""The call legs of an instance: the state and the latched events of each. Pure."""
