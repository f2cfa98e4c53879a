drop table absences, appointments, shifts;
