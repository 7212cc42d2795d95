using SecureCollectives.Faults;

namespace SecureCollectives.Membership;

/// <summary>
/// The communicators that are open here, by id. Rank 0 numbers their lives and tells the others, whose own life of the same id gets the
/// number as soon as both are there. Thread-safe.
/// </summary>
/// <param name="rank">This rank.</param>
internal sealed class OpenCommunicators(int rank)
{
    /// <summary>Numbers that wait for their communicator to be opened here; more than a job opens.</summary>
    private const int MaxAnnounced = Arbiter.MaxCases;

    /// <summary>Communicators that are remembered after they were closed.</summary>
    private const int MaxClosed = Arbiter.MaxCases;

    /// <summary>Communicators of others that are remembered.</summary>
    private const int MaxKnown = 4 * Arbiter.MaxCases;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, CommunicatorWatch> _open = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<string, ulong> _announced = new(StringComparer.Ordinal);
    private readonly Queue<CommunicatorInstance> _closed = new();
    private readonly Queue<(string Id, int[] Members)> _known = new();
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
                _closed.Enqueue(watch.Instance);
                if (_closed.Count > MaxClosed)
                {
                    _closed.Dequeue();
                }
            }
        }
    }

    /// <summary>Others open a communicator.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="members">Who they are, in the job.</param>
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
    /// Whether this rank decides for a communicator that is not open here: it was not long ago, and who is done still decides for those who
    /// are not; or it is one of others that it knows of, or was split from one of those, and a member asks.
    /// </summary>
    /// <param name="by">Who asks.</param>
    /// <param name="instance">Which communicator.</param>
    public bool IsJudged(int by, CommunicatorInstance instance)
    {
        lock (_gate)
        {
            return (instance.Number != 0 && _closed.Contains(instance))
                || _known.Any(known => GroupId.IsOfOrWithin(instance.Id, known.Id) && known.Members.Contains(by));
        }
    }

    /// <summary>
    /// Rank 0 opens a communicator, and so has ended any earlier one of the id. One that has failed here is such an earlier one, and keeps
    /// its number; one that goes on can have been opened after rank 0 gave up an attempt, by whose number it went so far.
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
                // The oldest are most likely of communicators that this rank takes no part in.
                _announced.Remove(instance.Id);
                _announced.Add(instance.Id, instance.Number);
                if (_announced.Count > MaxAnnounced)
                {
                    _announced.RemoveAt(0);
                }
            }
        }
    }

    /// <summary>Whether it is known to be a life that has ended here, where the number of the one that is open is not known yet.</summary>
    private bool IsEarlier(CommunicatorInstance instance) =>
        instance.Number != 0 && _closed.Any(closed => closed.Id == instance.Id && closed.Number >= instance.Number);

    /// <returns>Null where it is not open here.</returns>
    public CommunicatorWatch? Find(CommunicatorInstance instance)
    {
        lock (_gate)
        {
            return _open.TryGetValue(instance.Id, out var watch) && watch.Instance.Matches(instance) && !IsEarlier(instance) ? watch : null;
        }
    }
}
