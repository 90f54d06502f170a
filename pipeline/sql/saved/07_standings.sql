-- Which numbers of registered users are not taken as they were said, and by which rule?
select standings.standing, standings.rule_id, rules.reason, count(*) as servers_count
from marts.standings as standings
left join marts.rules as rules using (rule_id)
where standings.field = 'users_total' and standings.standing <> 'reported'
group by all
order by servers_count desc, standings.standing, standings.rule_id
