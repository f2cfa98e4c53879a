drop table contract_visits, contract_assets, contracts;
