"""People: who they are, whom they let in, and who looked."""
