namespace SecureCollectives.Security.Admission;

/// <summary>
/// What all listeners of one worker share about unauthenticated connections: whose addresses have reserved places, what such connections
/// may cost together, and what they have cost by source. Thread-safe.
/// </summary>
/// <remarks>
/// The two budgets are 10 % and 12 % of one core, and 50 ms and 200 ms at once: over any 10 seconds or more that is at most 25 %, whatever
/// is sent and by however many. Accepting and refusing has a budget of its own, because whose a connection is can be seen only after it was
/// accepted: members wait behind whatever came before them, so that this budget is for thousands of connections a second. A worker that has
/// just started spends up to a second more.
/// </remarks>
/// <param name="maxMemberAddresses">Addresses of members to remember.</param>
internal sealed class AdmissionControl(int maxMemberAddresses)
{
    /// <summary>Of the budget for handshakes, the part that only connections from addresses of members may spend.</summary>
    private const double ReservedForMembers = 0.5;

    private const int AddressesWithoutJob = 64;

    /// <summary>For a listener that is no job's.</summary>
    public AdmissionControl()
        : this(AddressesWithoutJob)
    {
    }

    public MemberAddresses Members { get; } = new(maxMemberAddresses);

    /// <summary>For taking connections off the kernel's queue and refusing those for which there is no place.</summary>
    public ProcessorBudget Accepts { get; } = new(0.10, TimeSpan.FromMilliseconds(50));

    /// <summary>For handshakes, hellos and whatever comes instead.</summary>
    public ProcessorBudget Handshakes { get; } = new(0.12, TimeSpan.FromMilliseconds(200), credit: TimeSpan.FromSeconds(1));

    public SourceCosts Costs { get; } = new();

    /// <summary>How long the next step of this connection has to wait; zero when it may be done now.</summary>
    public TimeSpan WaitFor(UnauthenticatedConnection connection, TimeSpan now) =>
        Handshakes.Wait(connection.IsFromMember ? 0 : ReservedForMembers, now);

    /// <summary>A step of this connection was done. Where it has proved to be a member's meanwhile, that is held against nobody.</summary>
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
    /// It proved to be a member's: what its handshake has cost is no longer held against anybody, and its address has a place from now on.
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

    /// <summary>Where this connection stands among those that wait.</summary>
    public Turn TurnOf(UnauthenticatedConnection connection, TimeSpan now) =>
        new(connection.IsFromMember, Costs.Of(connection.Source, now), connection.IsUnderWay, connection.Number);
}
