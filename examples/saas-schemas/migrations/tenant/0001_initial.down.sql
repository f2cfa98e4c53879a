drop table settings, team_members, teams, employees, sites, addresses, contacts, customers;
drop domain email_address;
drop type contact_kind;
