namespace SecureCollectives.Security.Tests.Sealing;

/// <summary>What a <see cref="DefectiveEngine"/> does wrong.</summary>
internal enum Defect
{
    None,
    WrongTag,
    WrongCiphertext,
    AcceptsAnyTag,
    RefusesAGoodTag,
    DoesNotWipe,
    AcceptsAnyTagApart,
    RefusesAGoodTagApart,
    DoesNotWipeApart,
}
