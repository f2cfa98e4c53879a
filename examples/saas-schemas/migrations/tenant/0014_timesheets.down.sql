drop table time_entries, timesheets;
