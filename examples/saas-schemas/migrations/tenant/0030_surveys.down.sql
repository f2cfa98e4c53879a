drop table survey_answers, surveys;
