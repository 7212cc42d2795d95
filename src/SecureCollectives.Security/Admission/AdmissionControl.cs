namespace SecureCollectives.Security.Admission;

/// <summary>
/// The state that all listeners of one worker share about unauthenticated connections: the addresses that have reserved places, the
/// processor time that such connections may use in total, and their costs by source. Thread-safe.
/// </summary>
/// <remarks>
/// The two budgets are 10 % and 12 % of one core, with bursts of 50 ms and 200 ms. Over any 10 seconds or more that is at most 25 %,
/// whatever is sent and from however many sources. Accepting and refusing has its own budget, because the source of a connection is known
/// only after it has been accepted: members wait behind everything that came before them, so this budget must allow for thousands of
/// connections per second. A worker that has just started spends up to one second more.
/// </remarks>
/// <param name="maxMemberAddresses">The number of member addresses to remember.</param>
internal sealed class AdmissionControl(int maxMemberAddresses)
{
    /// <summary>The part of the handshake budget that only connections from member addresses may use.</summary>
    private const double ReservedForMembers = 0.5;

    private const int AddressesWithoutJob = 64;

    /// <summary>Creates the control of a listener that belongs to no job.</summary>
    public AdmissionControl()
        : this(AddressesWithoutJob)
    {
    }

    public MemberAddresses Members { get; } = new(maxMemberAddresses);

    /// <summary>The budget for accepting connections from the kernel's queue and refusing those for which there is no place.</summary>
    public ProcessorBudget Accepts { get; } = new(0.10, TimeSpan.FromMilliseconds(50));

    /// <summary>The budget for handshakes, hellos and anything sent in their place.</summary>
    public ProcessorBudget Handshakes { get; } = new(0.12, TimeSpan.FromMilliseconds(200), credit: TimeSpan.FromSeconds(1));

    public SourceCosts Costs { get; } = new();

    /// <summary>Returns how long the next step of a connection must wait; zero if it may run now.</summary>
    public TimeSpan WaitFor(UnauthenticatedConnection connection, TimeSpan now) =>
        Handshakes.Wait(connection.IsFromMember ? 0 : ReservedForMembers, now);

    /// <summary>Charges a step of a connection. Charges nothing if the connection has authenticated as a member meanwhile.</summary>
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
    /// Records that a connection has authenticated as a member: refunds the cost of its handshake, and gives its address a reserved place
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

    /// <summary>Returns the rank of a connection among those that wait.</summary>
    public Turn TurnOf(UnauthenticatedConnection connection, TimeSpan now) =>
        new(connection.IsFromMember, Costs.Of(connection.Source, now), connection.IsUnderWay, connection.Number);
}
