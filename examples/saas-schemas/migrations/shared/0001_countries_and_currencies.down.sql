drop table currencies;
drop table countries;
