"""Forms of the settings: the values of pull-downs, words, numbers, people and working days."""
