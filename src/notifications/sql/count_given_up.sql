-- no parameters; "email" or "webhook", and how often one to it was given up, ever
select receiver, times from tenure.notices_given_up
