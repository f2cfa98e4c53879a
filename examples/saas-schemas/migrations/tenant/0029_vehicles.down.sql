drop table vehicle_assignments, vehicles;
