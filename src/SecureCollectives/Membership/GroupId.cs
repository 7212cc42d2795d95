using System.Globalization;

namespace SecureCollectives.Membership;

/// <summary>The ids of communicators that were split from others. Each id contains the ids of all of its ancestors.</summary>
internal static class GroupId
{
    /// <summary>The number of bytes of the parent's instance in the id. The instance differs each time the parent is opened.</summary>
    private const int MarkBytes = 4;

    private const char Separator = '/';

    /// <summary>Returns the id of a group.</summary>
    /// <param name="parent">The id of the communicator being split.</param>
    /// <param name="instance">The parent's instance, which its ranks generated jointly.</param>
    /// <param name="split">The number of the split among the parent's splits.</param>
    /// <param name="color">The colour of the group.</param>
    public static string Of(string parent, ReadOnlySpan<byte> instance, int split, int color) =>
        string.Create(CultureInfo.InvariantCulture,
            $"{parent}{Separator}{split}.{color}-{Convert.ToHexStringLower(instance[..MarkBytes])}");

    /// <summary>Returns whether an id identifies a group or one of its descendants.</summary>
    /// <param name="id">The id.</param>
    /// <param name="group">The id of the group.</param>
    public static bool IsOfOrWithin(string id, string group) =>
        id.StartsWith(group, StringComparison.Ordinal) && (id.Length == group.Length || id[group.Length] == Separator);
}
