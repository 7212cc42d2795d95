using System.Net;

namespace SecureCollectives.Membership;

/// <summary>Rank 0's list of who has come. In memory, without network: claims go in, the roster comes out when all are there.</summary>
internal sealed class RendezvousBoard
{
    private readonly Lock _gate = new();
    private readonly RosterMember?[] _members;
    private readonly IPAddress?[] _from;
    private readonly TaskCompletionSource<byte[]> _roster = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RendezvousBoard(int worldSize)
    {
        _members = new RosterMember?[worldSize];
        _from = new IPAddress?[worldSize];
    }

    /// <summary>The roster's bytes, when all have come; faulted when they have not in time, or cannot be one job.</summary>
    public Task<byte[]> Roster => _roster.Task;

    /// <summary>Ranks that hold no claim.</summary>
    public int[] Missing
    {
        get
        {
            lock (_gate)
            {
                return [.. Enumerable.Range(0, _members.Length).Where(rank => _members[rank] is null)];
            }
        }
    }

    /// <summary>Claims a rank. A worker whose connection broke takes its own claim over, also when the roster is out.</summary>
    /// <param name="member">Who claims the rank of its certificate.</param>
    /// <param name="from">Where it calls from; null for rank 0 itself.</param>
    /// <returns>Null, or who holds the claim already.</returns>
    public RosterMember? Claim(RosterMember member, IPAddress? from = null)
    {
        lock (_gate)
        {
            ref var place = ref _members[member.Id.Rank];
            if (place is not null && !place.IsSameWorkerAs(member))
            {
                return place;
            }

            place = member;
            _from[member.Id.Rank] = from;
            if (_members.All(other => other is not null))
            {
                if (LoopbackEndpoints.Refusal(_members!, _from) is { } refusal)
                {
                    _roster.TrySetException(new MembershipException(MembershipError.Configuration, refusal));
                }
                else
                {
                    _roster.TrySetResult(JobRoster.Write(JobRoster.FirstEpoch, _members!));
                }
            }

            return null;
        }
    }

    /// <summary>
    /// Gives a claim back, because its call has ended. Without effect once the roster is out: its places are taken for good.
    /// </summary>
    /// <returns>Whether the place is free again.</returns>
    public bool Release(RosterMember member)
    {
        lock (_gate)
        {
            if (_roster.Task.IsCompleted || !ReferenceEquals(_members[member.Id.Rank], member))
            {
                return false;
            }

            _members[member.Id.Rank] = null;
            return true;
        }
    }

    /// <summary>Ends the wait for everyone.</summary>
    public void GiveUp(MembershipException reason) => _roster.TrySetException(reason);
}
