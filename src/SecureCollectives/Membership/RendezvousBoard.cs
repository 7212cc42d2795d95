using System.Net;

namespace SecureCollectives.Membership;

/// <summary>Rank 0's list of the workers that have joined. Completes the roster when all ranks are claimed. No I/O.</summary>
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

    /// <summary>The roster's bytes, available once all ranks are claimed; faulted if ranks are missing or cannot form one job.</summary>
    public Task<byte[]> Roster => _roster.Task;

    /// <summary>The unclaimed ranks.</summary>
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

    /// <summary>Claims a rank. A worker that reconnects takes over its own claim, even after the roster is complete.</summary>
    /// <param name="member">The worker, which claims the rank in its certificate.</param>
    /// <param name="from">The address from which it calls; null for rank 0 itself.</param>
    /// <returns>The worker that already holds the rank; null if the claim succeeded.</returns>
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

    /// <summary>Releases a claim whose call has ended. Has no effect once the roster is complete, because its claims are final.</summary>
    /// <returns>Whether the rank can be claimed again.</returns>
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

    /// <summary>Fails all workers that are waiting for the roster.</summary>
    public void GiveUp(MembershipException reason) => _roster.TrySetException(reason);
}
