"""The diary: what was taken and felt, one tap each; nothing logged is lost, changed or twice."""
