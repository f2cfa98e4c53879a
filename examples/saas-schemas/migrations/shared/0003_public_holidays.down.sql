drop table public_holidays;
