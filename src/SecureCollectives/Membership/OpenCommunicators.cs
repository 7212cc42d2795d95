using SecureCollectives.Faults;

namespace SecureCollectives.Membership;

/// <summary>
/// The communicators that are open here, by id. Rank 0 numbers their instances and announces the numbers to the other ranks, which assign
/// them to their own instances with the same id. Thread-safe.
/// </summary>
/// <param name="rank">This worker's rank in the job.</param>
internal sealed class OpenCommunicators(int rank)
{
    /// <summary>The maximum number of announcements kept for communicators that are not open here yet. No job opens that many.</summary>
    private const int MaxAnnounced = Arbiter.MaxCases;

    /// <summary>The maximum number of closed communicators remembered.</summary>
    private const int MaxClosed = Arbiter.MaxCases;

    /// <summary>The maximum number of other ranks' communicators remembered.</summary>
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

    /// <summary>Adds a communicator that is being opened here.</summary>
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

    /// <summary>Remembers a communicator that other ranks are opening.</summary>
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
    /// Returns whether this rank decides for a communicator that is not open here. It does if the communicator was open here recently,
    /// because a rank that has left still decides for those that have not. It also does if a member asks about a known communicator of
    /// other ranks, or about one split from it.
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
    /// Handles rank 0's announcement that it is opening a communicator, which implies that rank 0 has ended any earlier one with the same
    /// id. If the communicator open here has failed, it is an earlier one and keeps its number. Otherwise its number may come from an
    /// attempt that rank 0 abandoned, so it takes the new number.
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
                // The oldest entries most likely belong to communicators of which this rank is not a member.
                _announced.Remove(instance.Id);
                _announced.Add(instance.Id, instance.Number);
                if (_announced.Count > MaxAnnounced)
                {
                    _announced.RemoveAt(0);
                }
            }
        }
    }

    /// <summary>Returns whether an instance has already ended here. Needed while the open instance's number is not known yet.</summary>
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
