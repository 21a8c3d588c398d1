def test_x(office):
    print(
        office.today(),
        office.fetch(
            "scherbakova",
            "select section,status,count(*) from activity a join employee e on e.id=assignee_id where e.login='scherbakova' and due_on=office_today() group by 1,2",
        ),
    )
