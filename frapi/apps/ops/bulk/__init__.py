"""Many people at once: enrolment from folders of pictures, and templates carried from one installation to another."""
