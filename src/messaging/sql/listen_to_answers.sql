-- no parameters
listen tenure_answers
