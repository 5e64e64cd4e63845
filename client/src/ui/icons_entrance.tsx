/** The icons that the entrance shows. */

import { Icon, type IconProps } from './icon';

export const AlertIcon = (props: IconProps) => <Icon {...props}><circle cx="12" cy="12" r="8.3" /><path d="M12 7.8v4.8M12 16.1v.1" /></Icon>;
export const CheckIcon = (props: IconProps) => <Icon {...props}><path d="m5 12.5 4.6 4.6L19 7.4" /></Icon>;
export const ChevronDownIcon = (props: IconProps) => <Icon {...props}><path d="m6.5 9.5 5.5 5.5 5.5-5.5" /></Icon>;
export const ClockIcon = (props: IconProps) => <Icon {...props}><circle cx="12" cy="12" r="8.3" /><path d="M12 7.4V12l3 2" /></Icon>;
export const EyeIcon = (props: IconProps) => <Icon {...props}><path d="M2.8 12S6 5.8 12 5.8 21.2 12 21.2 12 18 18.2 12 18.2 2.8 12 2.8 12Z" /><circle cx="12" cy="12" r="2.8" /></Icon>;
export const EyeOffIcon = (props: IconProps) => <Icon {...props}><path d="M9.6 6.200c.8-.3 1.5-.4 2.4-.4 6 0 9.2 6.2 9.2 6.200a16 16 0 0 1-2.6 3.400M6.4 7.600C4 9.4 2.8 12 2.8 12S6 18.2 12 18.200c1.8 0 3.3-.5 4.6-1.300M10 10a2.8 2.8 0 0 0 3.9 4M4 4l16 16" /></Icon>;
export const GlobeIcon = (props: IconProps) => <Icon {...props}><circle cx="12" cy="12" r="8.3" /><path d="M3.9 12h16.200M12 3.700c2.2 2.3 3.3 5.1 3.3 8.300S14.2 18 12 20.300C9.8 18 8.7 15.2 8.7 12S9.8 6 12 3.700Z" /></Icon>;
export const HashIcon = (props: IconProps) => <Icon {...props}><path d="M9.6 4 7.9 20M16.1 4l-1.7 16M4.6 9h15.2M4.2 15h15.2" /></Icon>;
export const MonitorIcon = (props: IconProps) => <Icon {...props}><rect x="3.5" y="4.5" width="17" height="11.5" rx="2.2" /><path d="M12 16v3.5M8.5 19.5h7" /></Icon>;
export const MoonIcon = (props: IconProps) => <Icon {...props}><path d="M19.8 14.2A8.2 8.2 0 0 1 9.8 4.2a8.2 8.2 0 1 0 10 10Z" /></Icon>;
export const RetryIcon = (props: IconProps) => <Icon {...props}><path d="M19.5 12a7.5 7.5 0 1 1-2.3-5.4L19.5 9" /><path d="M19.5 4.4V9h-4.6" /></Icon>;
export const SearchIcon = (props: IconProps) => <Icon {...props}><circle cx="11" cy="11" r="6.5" /><path d="m20 20-4.2-4.2" /></Icon>;
export const SunIcon = (props: IconProps) => <Icon {...props}><circle cx="12" cy="12" r="3.8" /><path d="M12 3v1.8M12 19.2V21M3 12h1.8M19.2 12H21M5.6 5.6l1.3 1.3M17.1 17.1l1.3 1.3M18.4 5.6l-1.3 1.3M6.9 17.1l-1.3 1.3" /></Icon>;
