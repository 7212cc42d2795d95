using SecureCollectives.Faults;

namespace SecureCollectives.Membership;

/// <summary>
/// The communicators that are open here, by id. Rank 0 numbers their instances and announces the numbers to the other ranks, which assign
/// them to their own instances of the same id. Thread-safe.
/// </summary>
/// <param name="rank">The rank of this worker in the job.</param>
internal sealed class OpenCommunicators(int rank)
{
    /// <summary>The limit on numbers whose communicator is not open here yet; more than a job opens.</summary>
    private const int MaxAnnounced = Arbiter.MaxCases;

    /// <summary>The limit on closed communicators that are remembered.</summary>
    private const int MaxClosed = Arbiter.MaxCases;

    /// <summary>The limit on communicators of other ranks that are remembered.</summary>
    private const int MaxKnown = 4 * Arbiter.MaxCases;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, CommunicatorWatch> _open = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<string, ulong> _announced = new(StringComparer.Ordinal);
    private readonly Queue<CommunicatorInstance> _closed = new();
    private readonly Queue<(string Id, int[] Members)> _known = new();
    private ulong _lastNumber;

    /// <summary>All open communicators.</summary>
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

    /// <summary>Adds a communicator that opens here.</summary>
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
                _closed.Enqueue(watch.Instance);
                if (_closed.Count > MaxClosed)
                {
                    _closed.Dequeue();
                }
            }
        }
    }

    /// <summary>Remembers a communicator that other ranks open.</summary>
    /// <param name="id">The id of the communicator.</param>
    /// <param name="members">Its members' ranks in the job.</param>
    public void Know(string id, int[] members)
    {
        lock (_gate)
        {
            _known.Enqueue((id, members));
            if (_known.Count > MaxKnown)
            {
                _known.Dequeue();
            }
        }
    }

    /// <summary>
    /// Returns whether this rank decides for a communicator that is not open here: either it was open recently, since a rank that has left
    /// still decides for those that have not; or it is a known communicator of other ranks, or was split from one, and a member asks.
    /// </summary>
    /// <param name="by">The rank that asks.</param>
    /// <param name="instance">The communicator.</param>
    public bool IsJudged(int by, CommunicatorInstance instance)
    {
        lock (_gate)
        {
            return (instance.Number != 0 && _closed.Contains(instance))
                || _known.Any(known => GroupId.IsOfOrWithin(instance.Id, known.Id) && known.Members.Contains(by));
        }
    }

    /// <summary>
    /// Handles the announcement of a communicator that rank 0 opens, which means that rank 0 has ended any earlier one of the same id. A
    /// communicator that has failed here is such an earlier one and keeps its number. One that still runs may have had the number of an
    /// attempt that rank 0 gave up, so it takes the new number.
    /// </summary>
    public void Announce(CommunicatorInstance instance)
    {
        lock (_gate)
        {
            if (_open.TryGetValue(instance.Id, out var watch) && !watch.HasFailed)
            {
                watch.Number = instance.Number;
            }
            else
            {
                // The oldest most likely belong to communicators of which this rank is not a member.
                _announced.Remove(instance.Id);
                _announced.Add(instance.Id, instance.Number);
                if (_announced.Count > MaxAnnounced)
                {
                    _announced.RemoveAt(0);
                }
            }
        }
    }

    /// <summary>Returns whether an instance has ended here, for when the number of the open one is not known yet.</summary>
    private bool IsEarlier(CommunicatorInstance instance) =>
        instance.Number != 0 && _closed.Any(closed => closed.Id == instance.Id && closed.Number >= instance.Number);

    /// <returns>The communicator; null if it is not open here.</returns>
    public CommunicatorWatch? Find(CommunicatorInstance instance)
    {
        lock (_gate)
        {
            return _open.TryGetValue(instance.Id, out var watch) && watch.Instance.Matches(instance) && !IsEarlier(instance) ? watch : null;
        }
    }
}
