drop table asset_readings, assets, asset_models;
