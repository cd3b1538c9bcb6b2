"""The rule table and the judgement that looks its rows up."""
