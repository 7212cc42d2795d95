using SecureCollectives.Faults;

namespace SecureCollectives.Membership;

/// <summary>
/// The communicators that are open here, by id. Rank 0 numbers their lives and tells the others, whose own life of the same id gets the number as soon as both are there. Thread-safe.
/// </summary>
/// <param name="rank">This rank.</param>
internal sealed class OpenCommunicators(int rank)
{
    /// <summary>Numbers that wait for their communicator to be opened here; more than a job opens.</summary>
    private const int MaxAnnounced = Arbiter.MaxCases;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, CommunicatorWatch> _open = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ulong> _announced = new(StringComparer.Ordinal);
    private ulong _lastNumber;

    /// <summary>All that are open.</summary>
    public CommunicatorWatch[] All
    {
        get
        {
            lock (_gate)
            {
                return [.. _open.Values];
            }
        }
    }

    /// <summary>A communicator opens here.</summary>
    public void Add(CommunicatorWatch watch)
    {
        lock (_gate)
        {
            _open[watch.Instance.Id] = watch;
            if (rank == 0)
            {
                watch.Number = ++_lastNumber;
            }
            else if (_announced.Remove(watch.Instance.Id, out var number))
            {
                watch.Number = number;
            }
        }
    }

    public void Remove(CommunicatorWatch watch)
    {
        lock (_gate)
        {
            if (_open.TryGetValue(watch.Instance.Id, out var current) && current == watch)
            {
                _open.Remove(watch.Instance.Id);
            }
        }
    }

    /// <summary>
    /// Rank 0 opens a communicator, and so has ended any earlier one of the id. One that has failed here is such an earlier one, and keeps its number; one that goes on can have been opened
    /// after rank 0 gave up an attempt, by whose number it went so far.
    /// </summary>
    public void Announce(CommunicatorInstance instance)
    {
        lock (_gate)
        {
            if (_open.TryGetValue(instance.Id, out var watch) && !watch.HasFailed)
            {
                watch.Number = instance.Number;
            }
            else if (_announced.Count < MaxAnnounced || _announced.ContainsKey(instance.Id))
            {
                _announced[instance.Id] = instance.Number;
            }
        }
    }

    /// <returns>Null where it is not open here.</returns>
    public CommunicatorWatch? Find(CommunicatorInstance instance)
    {
        lock (_gate)
        {
            return _open.TryGetValue(instance.Id, out var watch) && watch.Instance.Matches(instance) ? watch : null;
        }
    }
}
