namespace SecureCollectives.Security.Admission;

/// <summary>
/// The state about unauthenticated connections that all of a worker's listeners share: the addresses with reserved places, the processor
/// time that such connections may use in total, and their costs by source. Thread-safe.
/// </summary>
/// <remarks>
/// The two budgets are 10 % and 12 % of one core, with bursts of 50 ms and 200 ms: at most 25 % over any period of 10 seconds or more,
/// whatever is sent and from however many sources. Accepting and refusing has its own budget, because a connection's source is known only
/// after it has been accepted: members wait behind every connection that arrived earlier, so this budget must allow for thousands of
/// connections per second. A worker that has just started may spend up to one second more.
/// </remarks>
/// <param name="maxMemberAddresses">The number of member addresses to remember.</param>
internal sealed class AdmissionControl(int maxMemberAddresses)
{
    /// <summary>The share of the handshake budget that is reserved for connections from member addresses.</summary>
    private const double ReservedForMembers = 0.5;

    private const int AddressesWithoutJob = 64;

    /// <summary>Creates the control for a listener that belongs to no job.</summary>
    public AdmissionControl()
        : this(AddressesWithoutJob)
    {
    }

    public MemberAddresses Members { get; } = new(maxMemberAddresses);

    /// <summary>The budget for accepting connections from the kernel's backlog and refusing those for which there is no place.</summary>
    public ProcessorBudget Accepts { get; } = new(0.10, TimeSpan.FromMilliseconds(50));

    /// <summary>The budget for handshakes, hellos, and anything that peers send instead of them.</summary>
    public ProcessorBudget Handshakes { get; } = new(0.12, TimeSpan.FromMilliseconds(200), credit: TimeSpan.FromSeconds(1));

    public SourceCosts Costs { get; } = new();

    /// <summary>Returns how long a connection's next step must wait; zero if it may run now.</summary>
    public TimeSpan WaitFor(UnauthenticatedConnection connection, TimeSpan now) =>
        Handshakes.Wait(connection.IsFromMember ? 0 : ReservedForMembers, now);

    /// <summary>Charges a step to a connection, unless the connection has since authenticated as a member.</summary>
    public void Charge(UnauthenticatedConnection connection, TimeSpan processorTime, TimeSpan now)
    {
        lock (connection)
        {
            if (connection.IsAdmitted)
            {
                return;
            }

            connection.Cost += processorTime;
        }

        Handshakes.Charge(processorTime, now);
        Costs.Add(connection.Source, processorTime, now);
    }

    /// <summary>
    /// Records that a connection has authenticated as a member: refunds the cost of its handshake, and reserves a place for its address
    /// from now on.
    /// </summary>
    public void Admit(UnauthenticatedConnection connection, TimeSpan now)
    {
        TimeSpan cost;
        lock (connection)
        {
            connection.IsAdmitted = true;
            (cost, connection.Cost) = (connection.Cost, TimeSpan.Zero);
        }

        Members.Add(connection.Address);
        Handshakes.Refund(cost);
        Costs.Add(connection.Source, -cost, now);
    }

    /// <summary>Returns a connection's place in the order of those waiting.</summary>
    public Turn TurnOf(UnauthenticatedConnection connection, TimeSpan now) =>
        new(connection.IsFromMember, Costs.Of(connection.Source, now), connection.IsUnderWay, connection.Number);
}
