"""What a person takes, what a clinician should know, and the care plans that clinicians sign."""
