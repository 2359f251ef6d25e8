select finding, because, until::text as until from stabbur.accepted_findings where until is null or until >= current_date
